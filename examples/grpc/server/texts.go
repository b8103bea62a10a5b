package main

import (
	"context"
	"maps"
	"slices"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/texts/textspb"
)

// texts implements the service of ../proto/texts.proto. CMake generates its interface.
type texts struct {
	textspb.UnimplementedTextsServer

	mutex  sync.RWMutex
	bodies map[string]string
}

func newTexts() *texts { return &texts{bodies: map[string]string{}} }

func (t *texts) Put(_ context.Context, text *textspb.Text) (*textspb.PutResponse, error) {
	if text.Name == "" {
		return nil, status.Error(codes.InvalidArgument, "a text needs a name")
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.bodies[text.Name] = text.Body
	return &textspb.PutResponse{}, nil
}

func (t *texts) Get(_ context.Context, request *textspb.GetRequest) (*textspb.Text, error) {
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	body, ok := t.bodies[request.Name]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "there is no text %q", request.Name)
	}
	return &textspb.Text{Name: request.Name, Body: body}, nil
}

func (t *texts) List(_ *textspb.ListRequest, stream grpc.ServerStreamingServer[textspb.Text]) error {
	t.mutex.RLock()
	bodies := maps.Clone(t.bodies)
	t.mutex.RUnlock()
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		if err := stream.Send(&textspb.Text{Name: name, Body: bodies[name]}); err != nil {
			return err
		}
	}
	return nil
}
