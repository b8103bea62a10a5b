// Package reconcile compares the actual with the desired state.
package reconcile

import (
	"maps"
	"sync"
)

// Loop holds the actual and the desired number of replicas of each deployment.
type Loop struct {
	mutex      sync.Mutex
	wanted, is map[string]int
}

// New returns a loop for a cluster without replicas.
func New(wanted map[string]int) *Loop {
	return &Loop{wanted: wanted, is: map[string]int{}}
}

// Step makes the desired state; it returns the change of each deployment.
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

// Settled returns whether the states are equal.
func (l *Loop) Settled() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return maps.Equal(l.wanted, l.is)
}
