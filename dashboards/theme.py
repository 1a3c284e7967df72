"""How the product looks and how Streamlit is set up: calm, colour-blind safe, print safe, no host but our own.

Colours carry one meaning each: ochre = something to fill in (darker = more), blue = a number that is fine,
grey = cannot be told. Every coloured cell also carries its number, so black-and-white paper says the same.
"""

from __future__ import annotations

from typing import Any

INK, SOFT, LINE, GROUND = "#1f2933", "#52606d", "#d9e0e6", "#f3f6f8"
ACCENT = "#1f5a7a"
OCHRE = ("#fff8ec", "#fde7c3", "#fbcf8b", "#f2a944", "#cf7a12", "#9c5200")
BLUE = ("#f2f8fb", "#d6e9f3", "#a9cfe3", "#6fadcc", "#3a83a8", "#1f5a7a")
GREY = ("#f3f6f8", "#e3e9ee", "#c5cfd8", "#93a1ad")
SERIES = (ACCENT, "#cf7a12", "#93a1ad", "#6fadcc", "#9c5200", "#52606d")

OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.enableXsrfProtection": True,
    "server.maxUploadSize": 1,
    "server.showEmailPrompt": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.allowedOrigins": [],
    "logger.level": "warning",
    "global.developmentMode": False,
    "runner.magicEnabled": False,
    "theme.base": "light",
    "theme.primaryColor": ACCENT,
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": GROUND,
    "theme.textColor": INK,
    "theme.linkColor": ACCENT,
    "theme.borderColor": LINE,
    "theme.baseFontSize": 16,
    "theme.baseRadius": "0.5rem",
    "theme.showWidgetBorder": True,
    "theme.chartCategoricalColors": list(SERIES),
}
