"""The FHIR door over HTTPS: partners' systems send resources here and read their own back.

`views` takes the requests, `answers` writes what is answered, `pace` holds a client to a pace,
`commands` gives partners' systems a way in.
"""
