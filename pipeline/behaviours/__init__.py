"""How near the sandbox comes to AWS, behaviour by behaviour.

Contract tests carry the rows (``@pytest.mark.fidelity``); ``make fidelity`` gathers them into
``table.json``, which is read here. Nothing of the cloud is loaded for it.
"""

from pipeline.behaviours.table import SERVICES, VERDICTS, Behaviour, fidelity_table

__all__ = ["SERVICES", "VERDICTS", "Behaviour", "fidelity_table"]
