module example.com/log-viewer

go 1.22
