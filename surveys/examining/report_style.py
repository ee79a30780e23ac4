"""The report's frame: one file that needs no other, on a screen, a phone and on paper."""

PAGE = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>检测报告 Examination</title>
<style>
:root {{ --ink: #14222c; --muted: #44535e; --line: #d3dbe0; --accent: #0b5563; --soft: #cfe3e7; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; color: var(--ink); background: #fff; font: 1rem/1.6 system-ui,
  -apple-system, "Segoe UI", "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei",
  sans-serif; }}
main {{ max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }}
h1 {{ font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.2rem; line-height: 1.35; margin: 0 0 .5rem; }}
[lang=en] {{ color: var(--muted); }}
span[lang=en] {{ font-size: .875em; font-weight: 400; }}
p {{ margin: .4rem 0; }}
p[lang=en] {{ font-size: .9375rem; }}
.quiet {{ color: var(--muted); }}
ul.figures {{ list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }}
ul.figures b {{ font-size: 1.35rem; font-variant-numeric: tabular-nums; }}
section {{ border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem;
  margin: 1.25rem 0; }}
.k {{ display: inline-block; min-width: 1.8em; text-align: center; background: var(--accent);
  color: #fff; border-radius: 6px; font-variant-numeric: tabular-nums; }}
.badge {{ display: inline-block; font-size: .8125rem; font-weight: 600; line-height: 1.3;
  border: 1px solid currentColor; border-radius: 999px; padding: .05rem .6rem;
  white-space: nowrap; }}
.badge span {{ color: inherit; font-size: inherit; }}
.fact, .strong {{ color: #8f1d27; }} .look {{ color: #6b4700; }} .information {{ color: #44535e; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: .9375rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0;
  border-bottom: 1px solid var(--line); }}
th {{ font-size: .8125rem; }}
.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
dl {{ display: grid; grid-template-columns: 12rem 1fr; gap: .25rem 1rem; margin: .75rem 0 0;
  font-size: .9375rem; }}
dt {{ color: var(--muted); }} dd {{ margin: 0; overflow-wrap: anywhere; }}
figure {{ margin: 1rem 0; }}
figcaption {{ font-weight: 600; font-size: .9375rem; margin-bottom: .4rem; }}
svg {{ width: 100%; height: auto; display: block; overflow: visible; }}
svg text {{ font-size: 12px; fill: var(--ink); }}
svg line {{ stroke: #8a99a4; stroke-width: 1; }}
svg .hint {{ stroke-dasharray: 2 3; }}
svg .here {{ fill: var(--accent); stroke: var(--accent); }}
svg .rest {{ fill: var(--soft); stroke: #44535e; stroke-width: .8; }}
svg .other {{ fill: #fff; stroke: #44535e; }}
svg .up {{ fill: var(--accent); }} svg .down {{ fill: #8f1d27; }}
code {{ font: .875rem ui-monospace, "Noto Sans Mono", monospace; }}
@media (max-width: 40rem) {{
  dl {{ grid-template-columns: 1fr; gap: 0; }} dd {{ margin-bottom: .5rem; }}
  svg text {{ font-size: 20px; }} table {{ min-width: 44rem; }}
}}
@media print {{
  @page {{ size: A4; margin: 16mm 14mm; }}
  html {{ font-size: 9.5pt; }} main {{ max-width: none; padding: 0; }} a {{ color: inherit; }}
  section {{ border: 0; border-top: 1pt solid #999; border-radius: 0; padding: .75rem 0 0; }}
  figure, dl, h2, p {{ break-inside: avoid; }} h2, figcaption {{ break-after: avoid; }}
  svg {{ width: 130mm; }} figure {{ margin: .6rem 0; }}
  svg * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
</style>
</head>
<body>
<main>
<h1><span lang="zh">选票检测报告</span> <span lang="en">Examination of the ballots</span></h1>
<ul class="figures">{figures}</ul>
<p lang="zh">疑点是供人判断的线索，不是结论；本程序不剔除任何一张票。</p>
<p lang="en">A finding is evidence for a person, not a verdict; no ballot was left out.</p>
<div class="wide">{table}</div>
{findings}
<h2><span lang="zh">未运行的检测</span> <span lang="en">Checks that did not run</span></h2>
<ul>
{missing}
</ul>
<h2><span lang="zh">如何阅读</span> <span lang="en">How to read this</span></h2>
<p lang="zh">p 是若无异常、仅凭偶然出现同样情形的概率；q 已按检测次数校正。\
“证据较强”须有两类互不相干的检测同时指向同一批票，\
且名次或得分因此改变；“值得一看”只有一类检测指向；“供参考”不作为认定依据。</p>
<p lang="en">p is how often chance alone does the like; q is p adjusted for the
number of tests. Strong evidence means that two unconnected kinds of checks point to the same
ballots and that a place or a score moves; worth a look means that one kind does; information is
no ground for a decision.</p>
<p lang="zh">复核：对同一份文件运行 <code>gongping examine --level {level} --seed {seed}</code>，\
所得逐字节相同；各疑点的票号全在 findings.json，\
各票的可疑程度在 ballots.csv，各单位得分与名次区间在 scores.csv。</p>
<p lang="en">To check: <code>gongping examine --level {level} --seed {seed}</code> on
the same file gives the same bytes. All ballots of each finding are in findings.json, each ballot's
suspicion in ballots.csv, scores and intervals of places in scores.csv.</p>
</main>
</body>
</html>
"""
