"""Documents for people: PDF and XLSX made from prepared reports."""
