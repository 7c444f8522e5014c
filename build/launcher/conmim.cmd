@echo off
rem The `conmim` command of an installed ConMIM Studio, run by the Node that came with it.
"%~dp0..\node\node.exe" "%~dp0conmim.mjs" %*
