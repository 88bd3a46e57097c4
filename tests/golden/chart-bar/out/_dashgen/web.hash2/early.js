(not shown)
