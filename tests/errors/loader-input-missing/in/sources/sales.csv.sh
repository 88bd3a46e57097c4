cat data/sales.csv
