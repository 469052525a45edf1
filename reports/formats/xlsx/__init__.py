"""The document as an Excel workbook: what its worksheets hold, and how they are written."""
