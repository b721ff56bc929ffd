"""The only caches of the screens, and the only door from the screens to the queries.

Every cached call takes the actor, the versions of the tables it reads (`key`) and its filter as ordinary
arguments: an argument whose name starts with an underscore would not be part of the key, and one reader
would be served another's rows. A call reads all it needs in one session, because opening one costs more
than most statements. One module a subject; `keys` holds what they share.
"""
