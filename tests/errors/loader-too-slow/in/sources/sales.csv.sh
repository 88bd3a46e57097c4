echo "region,amount"
sleep 60
