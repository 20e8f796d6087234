"""Tillsammans: municipalities, police and county boards prevent crime in one unbroken chain."""

VERSION = "0.1.0"
