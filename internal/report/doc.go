// Package report makes the after-action report [RETEX] of an incident or an exercise from its timeline: what was asked
// and what was reached, phases, steps, decisions, forecasts beside what happened, gaps, the catch-up ledger, legal clocks,
// situation reports, people, and every entry.
//
// [Make] reads the timeline once more than the fold does and gives a [Report], which is the JSON form (sangfroid.report/1,
// docs/report.md). [Report.Page] puts it into words of one language, as sections of paragraphs, tables and figures; that
// page is written as Markdown ([Page.Markdown]) or as one HTML file ([Page.HTML]), so that both say the same.
//
// What the timeline does not tell is unknown: null in JSON, a word on the page. A cause that was worked out from the data
// is a proposal and marked as one; only people say why.
//
// A report is made by one goroutine and holds no reference to the timeline afterwards.
package report
