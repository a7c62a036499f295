"""When someone is told that money runs out, and in which words.

``rules`` decides which alerts a valuation raises, ``texts`` says in Dutch what an alert tells whom,
``letter`` gives that its two forms, plain text and HTML. Pure: sending is ``streams.notify``'s job.
"""
