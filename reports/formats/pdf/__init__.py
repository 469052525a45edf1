"""The report as PDF: what an auditor signs and keeps."""
