module example.com/shop/libs/serve

go 1.22
