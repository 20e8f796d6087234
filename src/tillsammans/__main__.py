from tillsammans.cli import main

main()
