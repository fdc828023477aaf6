#!/usr/bin/python3
"""What PyYAML makes of front matters: the tree of each, as tests/corpus has it.

Reads lines of JSON, each a text; writes one for each, a tree or a string that
says why there is none.  PyYAML's own parser in Python, not its binding to
libyaml, which our program uses, too.
"""
import json
import sys

import yaml
from yaml import events as ev


def read_tree(events):
    """The tree of the first document; None if it is empty."""
    stack = [[]]
    for event in events:
        if isinstance(event, ev.ScalarEvent):
            plain = event.style is None
            stack[-1].append(['s', event.value, not plain,
                              event.tag is not None, event.anchor or ''])
        elif isinstance(event, ev.AliasEvent):
            stack[-1].append(['a', event.anchor])
        elif isinstance(event, ev.CollectionStartEvent):
            kind = 'l' if isinstance(event, ev.SequenceStartEvent) else 'm'
            node = [kind, [], event.tag is not None, event.anchor or '']
            stack[-1].append(node)
            stack.append(node[1])
        elif isinstance(event, ev.CollectionEndEvent):
            stack.pop()
    if len(stack[0]) > 1:
        return 'several documents'
    return pair(stack[0][0]) if stack[0] else None


def pair(node):
    """Put the keys and values of all maps below together."""
    if node[0] == 's' or node[0] == 'a':
        return node
    items = [pair(item) for item in node[1]]
    if node[0] == 'm':
        items = [list(two) for two in zip(items[::2], items[1::2])]
    return [node[0], items] + node[2:]


for line in sys.stdin:
    try:
        answer = read_tree(yaml.parse(json.loads(line), yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError) as fault:
        answer = 'refused: ' + str(fault)[:200]
    print(json.dumps(answer))
