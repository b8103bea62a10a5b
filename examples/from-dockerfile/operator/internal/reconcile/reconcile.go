// Package reconcile compares what is with what should be.
package reconcile

import (
	"maps"
	"sync"
)

// Loop holds how many replicas there are of each deployment, and how many there should be.
type Loop struct {
	mutex      sync.Mutex
	wanted, is map[string]int
}

// New returns a loop for a world without any replica.
func New(wanted map[string]int) *Loop {
	return &Loop{wanted: wanted, is: map[string]int{}}
}

// Step makes the world as it should be; it returns by how much each deployment changed.
func (l *Loop) Step() map[string]int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	changes := map[string]int{}
	for name, count := range l.wanted {
		if by := count - l.is[name]; by != 0 {
			changes[name] = by
			l.is[name] = count
		}
	}
	return changes
}

// Settled tells whether nothing is left to do.
func (l *Loop) Settled() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return maps.Equal(l.wanted, l.is)
}
