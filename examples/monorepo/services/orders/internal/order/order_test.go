package order

import "testing"

func TestTotal(t *testing.T) {
	if got := Total(All()).String(); got != "17.49 EUR" {
		t.Errorf("got %q", got)
	}
}
