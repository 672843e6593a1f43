"""What the words for the weight of a change ask for, and how they look."""

from monitor.wording import MAJOR, NOTABLE, Weight

LEAST = {Weight.MINOR: 0.0, Weight.NOTABLE: NOTABLE, Weight.MAJOR: MAJOR}
STYLES = {Weight.MINOR: "dim", Weight.NOTABLE: "yellow", Weight.MAJOR: "bold red"}
