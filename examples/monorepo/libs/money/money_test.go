package money

import "testing"

func TestString(t *testing.T) {
	if got := Cents(1705).String(); got != "17.05 EUR" {
		t.Errorf("got %q", got)
	}
}
