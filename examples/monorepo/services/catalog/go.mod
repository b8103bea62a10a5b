module example.com/shop/services/catalog

go 1.22
