module github.com/tune-autonomic/tune

go 1.26
