"""One entry for each operation of the three products, and what runs them: sync or async, and judged."""
