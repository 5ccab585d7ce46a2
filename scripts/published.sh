#!/bin/sh
# Stands for dotnet where test.sh builds the program's image: `dotnet publish ... -o FOLDER` gives what was published.
set -eu
while [ "$1" != -o ]; do
    shift
done
cp -r /published "$2"
