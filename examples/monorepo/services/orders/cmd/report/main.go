// Report prints the sum of the orders.
package main

import (
	"fmt"

	"example.com/shop/services/orders/internal/order"
)

func main() {
	orders := order.All()
	fmt.Printf("%d orders, %v\n", len(orders), order.Total(orders))
}
