module git.example.com/team/greeting.git

go 1.22
