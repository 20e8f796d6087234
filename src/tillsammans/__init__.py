"""Tillsammans: municipalities, police and county boards prevent crime in one unbroken chain."""
