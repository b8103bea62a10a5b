module example.com/hello-team

go 1.22

require git.example.com/team/greeting.git v1.0.0
