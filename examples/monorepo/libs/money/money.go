// Package money counts in cents.
package money

import "fmt"

// Cents is an amount of euros.
type Cents int64

func (c Cents) String() string { return fmt.Sprintf("%d.%02d EUR", c/100, c%100) }
