"""The limits of files, archives and maps that people hand in, in one table. Sizes are bytes."""

MEGABYTE = 2**20

# What is handed in at a time.
FILE = 50 * MEGABYTE
FILES = 20
EVENTS = 200 * MEGABYTE  # a list of events, unpacked
TABLE = 10 * MEGABYTE  # a table of areas that is read while the person waits

# All parts of an archive together.
UNPACKED = 150 * MEGABYTE
RATIO = 200  # unpacked to packed
PARTS = 500
# Maps.
MAP = 20 * MEGABYTE
MAP_FILES = 10  # that belong to one map
AREAS = 7_000  # the country has 6,160 DeSO
POINTS = 600_000
AREA_POINTS = 60_000  # in one area; looking for crossings takes seconds beyond it
PROPERTIES = 150
PROPERTY_TEXT = 500  # signs
# Tables and workbooks.
CELLS = 3_000_000
COLUMNS = 2_000
SHEETS_LOOKED_AT = 40  # when it is not yet known what a workbook is
REMEMBERED_BOOK = MEGABYTE // 2  # a workbook of at most this is kept read in a process
