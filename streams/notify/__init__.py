"""The notifier: a process of its own that tells people about the alerts on `alerts`.

``recipients`` decides who, ``reasons`` whether, ``mail`` what stands in the mail, ``outbox`` holds in
Redis what must not be lost, ``people`` follows the reference data, ``smtp`` hands mails over,
``notifier`` is the loop around them and ``health`` what others may see of it.

What can go wrong, and what happens then:

==========================  ===================================================================
killed at any moment        what was planned is in Redis, what wasn't is read again; a mail that
                            was handed over but not noted goes again with the same Message-ID
Redis empty, or set back    `alerts` is read again from where Redis says; mails that it no longer
                            knows as sent go again with the same Message-ID
Redis or Kafka away         nothing moves until it is back; health is red after a minute
mail server away            mails wait in Redis and are tried again, ever less often
mail server refuses one     that mail goes to the failed list with the reason; others go on
two notifiers               each serves its own partitions of `alerts`
==========================  ===================================================================
"""
