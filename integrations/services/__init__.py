"""What is done about the outside world, each module a noun.

- An effect is written down (`effects`), by hand (`by_hand`), because a task has changed (`following`), or for
  an address that wants to be told (`webhooks`); where to, `routing` and `ways` say, from people's `choices`.
- It is carried out by `delivery`: `attempts` leaves a trace before each call, `circuits` spares who is down,
  `doubt` looks before a repetition, `outcomes` writes down what came of it, `setbacks` what went wrong,
  `overtaken` what a late answer still tells, and `remedies` are its owner's hands.
- It goes with somebody's account (`connections`), which they connect by consent (`consents`) or by
  credentials (`pasted`; both end in `connecting`). `borrowing` lends it to a provider, `renewals` keeps it
  fresh, `consent_letters` says when it has lapsed, `drives` where its documents go.
"""
