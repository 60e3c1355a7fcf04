-- The number of the receipt of a sent sheet: the first digits of a digest of what was sent. Empty: it is not sent, or
-- was before there were receipts.

ALTER TABLE ledger_sheet ADD COLUMN receipt TEXT COLLATE "C" NOT NULL DEFAULT '';
