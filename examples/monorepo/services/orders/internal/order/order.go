// Package order has the orders.
package order

import "example.com/shop/libs/money"

// Order is one item for one customer.
type Order struct {
	Item  string
	Price money.Cents
}

// All orders.
func All() []Order {
	return []Order{{"tea", 499}, {"pot", 1250}}
}

// Total of the orders.
func Total(orders []Order) money.Cents {
	var sum money.Cents
	for _, o := range orders {
		sum += o.Price
	}
	return sum
}
