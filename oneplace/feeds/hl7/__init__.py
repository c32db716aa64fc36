"""Hospital messages (HL7 v2 ADT): from bytes to what was said, without a database.

`framing` finds messages in a stream, `reading` reads them, `checking` says what is wrong,
`answering` writes the acknowledgement, `meaning` turns a message into facts, and `order` makes a
spell of the facts whatever order they came in. `habits` holds what one sender does its own way;
`tables` holds the standard's tables as data.
"""
