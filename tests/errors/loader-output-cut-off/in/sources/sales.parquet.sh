printf PAR1 half of a file
