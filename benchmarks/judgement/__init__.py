"""How long a judgement takes: a benchmark on a made-up operator."""
