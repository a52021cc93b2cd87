#!/bin/sh
# Interesting (1) while the softmax is there.
grep -q nn.softmax "$1" && exit 1
exit 0
