"""Judgement: a policy pack and evidence go in, findings, a score and a band come out.

Take `load_pack`, `list_packs` and `Pack` from `detector.policy.pack`, `judge` from
`detector.policy.judge`. Nothing here sees a model, opens a file of a post, or prints.
"""
