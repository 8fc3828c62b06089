"""The plan: what an operation becomes for one class of requesters, before anything is fetched.

catalogue    what each field is; `model` tells the gate, `contracts` cuts the schema, `grants` rights in the database
selection    the operation with fragments unfolded; `arguments` what it was given
plan         one statement, remembered; `ways`, `pages`, `statement` and `rows` compile it, `shapes` and `cursor` write
             its text
disclosure   what the statement says was shown; `withheld` what was not, and why
read_outs    what is worked out and not planned: the rules themselves, one's own case, the figures of one's submissions
desk         all of it together, for one request
plain        the same answers without a plan, for tests to hold the two against each other
"""
