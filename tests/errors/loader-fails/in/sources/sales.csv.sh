echo "region,amount"
echo "asking the server" >&2
echo "wrong password" >&2
exit 3
