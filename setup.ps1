# Sets up pccstats on Windows without make and without administrator's rights. In PowerShell, in this folder:
#     powershell -ExecutionPolicy Bypass -File setup.ps1
# It looks for Python 3.11 or newer (python.org or the Microsoft Store, for you alone) and makes .venv with it.
$candidates = @(@("py", "-3.13"), @("py", "-3.12"), @("py", "-3.11"), @("py", "-3"), @("python"), @("python3"))
foreach ($candidate in $candidates) {
    $program = $candidate[0]
    $options = @($candidate | Select-Object -Skip 1)
    if (-not (Get-Command $program -ErrorAction SilentlyContinue)) { continue }
    & $program @options -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" 2>$null
    if ($LASTEXITCODE -ne 0) { continue }
    & $program @options (Join-Path $PSScriptRoot "tools\set_up.py")
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    Write-Host "Next: .venv\Scripts\pccstats report 2015/16-Q1"
    exit 0
}
Write-Host "pccstats needs Python 3.11 or newer, and none was found. Install it for yourself from python.org (no rights are needed), then run this again."
exit 1
