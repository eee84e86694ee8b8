"""Every call of what sends mail and of what settles it, and how many touches are UNCONFIRMED when it is the last one.

`1 SendEmail`: one touch, in the end, when the process dies right before that call. That is also right after the call
above it: what is between two calls leaves no trace. A `-` stands where no touch can become unsure.
"""

# Of "ses", one answer of SES is lost in any case; of "left behind", a worker had died before.
NURTURE = {
    "ses": """
1 GetItem frozen
1 GetItem campaign
1 BatchGetItem stop pause
1 BatchGetItem check override
1 GetItem lock
1 TransactWriteItems frozen lock run
1 GetItem frozen
1 GetItem campaign
1 Query send#claimed
1 GetItem lock
1 Query nurture
1 BatchGetItem lock campaign settings stop pause check override contact
1 BatchGetItem suppression
1 BatchGetItem replied
1 UpdateItem start
1 TransactWriteItems campaign's cap sender's cap run's cap
1 GetSecretValue
1 GetItem rate
1 GetAccount
1 PutItem rate
1 TransactWriteItems send lead suppression replied contact
2 SendEmail
2 TransactWriteItems send run's counts counts results day
1 PutItem send
1 TransactWriteItems send lead suppression replied contact
1 SendEmail
1 TransactWriteItems send run's counts counts
1 TransactWriteItems send lead suppression replied contact
2 SendEmail
2 TransactWriteItems send contact
1 TransactWriteItems lead run's counts
1 TransactWriteItems campaign's cap sender's cap run's cap
1 UpdateItem run's counts
1 GetItem frozen
1 Query run
1 GetItem frozen
1 GetItem frozen
1 BatchGetItem run's counts
1 TransactWriteItems run lock
1 GetItem frozen
1 Query run
""",
    "smtp": """
0 GetItem frozen
0 GetItem campaign
0 BatchGetItem stop pause
0 BatchGetItem check override
0 GetItem lock
0 TransactWriteItems frozen lock run
0 GetItem frozen
0 GetItem campaign
0 Query send#claimed
0 GetItem lock
0 Query nurture
0 BatchGetItem lock campaign settings stop pause check override contact
0 BatchGetItem suppression
0 BatchGetItem replied
0 UpdateItem start
0 TransactWriteItems campaign's cap sender's cap
0 GetSecretValue
0 GetItem rate
0 TransactWriteItems send lead suppression replied contact
1 SMTP answer
1 SMTP EHLO
1 SMTP answer
1 SMTP MAIL
1 SMTP answer
1 SMTP RCPT
1 SMTP answer
1 SMTP RSET
1 SMTP answer
1 TransactWriteItems send run's counts contact
0 BatchGetItem lead send
0 TransactWriteItems event lead events' counts send day suppression
0 GetItem campaign
0 GetItem pause
0 BatchGetItem day
0 TransactWriteItems send lead suppression replied contact
1 SMTP MAIL
1 SMTP answer
1 SMTP RCPT
1 SMTP answer
1 SMTP DATA
1 SMTP answer
1 SMTP the mail
1 SMTP the final dot
1 SMTP answer
1 TransactWriteItems send run's counts counts results day
0 TransactWriteItems send lead suppression replied contact
1 SMTP MAIL
1 SMTP answer
1 SMTP RCPT
1 SMTP answer
1 SMTP DATA
1 SMTP answer
1 SMTP the mail
1 SMTP the final dot
1 SMTP answer
1 TransactWriteItems send run's counts counts results day
0 TransactWriteItems lead run's counts
0 TransactWriteItems campaign's cap sender's cap
0 SMTP QUIT
0 SMTP answer
0 GetItem frozen
0 Query run
0 GetItem frozen
0 GetItem frozen
0 BatchGetItem run's counts
0 TransactWriteItems run lock
0 GetItem frozen
0 Query run
""",
    "left behind": """
1 GetItem frozen
1 GetItem campaign
1 BatchGetItem stop pause
1 BatchGetItem check override
1 GetItem lock
1 TransactWriteItems frozen lock run
1 GetItem frozen
1 GetItem campaign
1 Query send#claimed
1 TransactWriteItems send run's counts counts
1 GetItem lock
1 Query nurture
1 BatchGetItem lock campaign settings stop pause check override contact
1 BatchGetItem suppression
1 BatchGetItem replied
1 UpdateItem start
1 TransactWriteItems campaign's cap sender's cap
1 GetSecretValue
1 GetItem rate
1 GetAccount
1 PutItem rate
1 TransactWriteItems send lead suppression replied contact
1 GetItem send
1 TransactWriteItems send lead suppression replied contact
2 SendEmail
2 TransactWriteItems send run's counts counts results day
1 TransactWriteItems send lead suppression replied contact
2 SendEmail
2 TransactWriteItems send run's counts counts results day
1 TransactWriteItems send lead suppression replied contact
1 GetItem send
1 TransactWriteItems send lead suppression replied contact
1 GetItem send
1 TransactWriteItems lead run's counts
1 TransactWriteItems campaign's cap sender's cap
1 GetItem frozen
1 Query run
1 GetItem frozen
1 GetItem frozen
1 BatchGetItem run's counts
1 TransactWriteItems run lock
1 GetItem frozen
1 Query run
""",
}

SETTLING = {
    "delivery": """
- GetSecretValue
- GetItem send
- GetItem lead
- GetItem send
- TransactWriteItems send run's counts counts results day
- GetItem campaign
- UpdateItem lead
- BatchGetItem lead send
- TransactWriteItems event lead events' counts send results
""",
    "open": """
- GetSecretValue
- GetItem send
- GetItem lead
- GetItem send
- TransactWriteItems send run's counts counts results day
- GetItem campaign
- UpdateItem lead
- GetItem lead
- BatchGetItem lead send
- TransactWriteItems event lead events' counts send results
""",
    "reject": """
- GetSecretValue
- GetItem send
- GetItem lead
- GetItem contact
- TransactWriteItems send run's counts counts contact
- GetItem campaign
- UpdateItem lead
""",
    "hard bounce": """
- GetSecretValue
- GetItem send
- GetItem lead
- GetItem send
- TransactWriteItems send run's counts counts results day
- GetItem campaign
- UpdateItem lead
- BatchGetItem lead send
- TransactWriteItems event lead events' counts send results day suppression
- GetItem campaign
- GetItem pause
- BatchGetItem day
- UpdateItem pause
- Publish
- UpdateItem pause
""",
    "complaint": """
- GetSecretValue
- GetItem send
- GetItem lead
- GetItem send
- TransactWriteItems send run's counts counts results day
- GetItem campaign
- UpdateItem lead
- BatchGetItem lead send
- TransactWriteItems event lead events' counts send results day suppression
- GetItem campaign
- GetItem pause
- BatchGetItem day
- UpdateItem pause
- Publish
- UpdateItem pause
""",
    "reply": """
- BatchGetItem lead send
- TransactWriteItems event lead events' counts send replied repliers
""",
    "absence": """
- BatchGetItem lead send
- GetItem campaign
- TransactWriteItems event lead events' counts
""",
    "one click": """
- BatchGetItem lead send
- TransactWriteItems event lead events' counts send suppression
""",
    "a person: sent": """
- BatchGetItem send lead
- TransactWriteItems send events' counts results day lead
- GetItem send
""",
    "a person: not sent": """
- BatchGetItem send lead
- GetItem contact
- TransactWriteItems send events' counts contact lead
- GetItem send
""",
}
