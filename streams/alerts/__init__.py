"""When someone is told that money runs out, and in which words.

``rules`` decides which alerts a valuation raises, ``templates`` holds what is told to whom in Dutch,
``texts`` fills that in, ``letter`` gives it its two forms, plain text and HTML. Pure: sending is ``streams.notify``'s job.
"""
