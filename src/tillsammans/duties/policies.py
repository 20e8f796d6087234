"""Who may postpone a step: everyone, for themselves."""

from tillsammans.kernel.access import can

may_postpone = can("read")
