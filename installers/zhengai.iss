; The Windows installer, compiled by Inno Setup 6 from what pyinstaller.spec built:
;   iscc /DVersion=0.1.0 installers\zhengai.iss
; It installs for the person who runs it, without an administrator; over an older version it puts the
; new one in its place. The data folder is never touched, neither by it nor by the uninstaller.
;
; ChineseSimplified.isl is one of Inno Setup's unofficial translations, which do not come with it:
; lay it into installers\ (its source is named in docs/packaging.md).

#ifndef Version
  #error Version is missing: iscc /DVersion=0.1.0
#endif
#define Name "诊改工作台"

[Setup]
; The braces' first is doubled: one opens a constant. Never to be changed, updates are told by it.
AppId={{6F0C1D5E-2B74-4E0B-9C5A-7A3D9E1B8F42}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
VersionInfoVersion={#Version}
DefaultDirName={autopf}\zhengai
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\dist
OutputBaseFilename=zhengai-{#Version}-windows-x86_64
SetupIconFile=..\build\icons\zhengai.ico
UninstallDisplayIcon={app}\zhengai.exe
UninstallDisplayName={#Name}
LicenseFile=..\LICENSE
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
#ifdef SignTool
; Signed where a certificate is given: iscc /DSignTool /Szhengai="signtool sign ... $f"
SignTool=zhengai
SignedUninstaller=yes
#endif

[Languages]
Name: "zh"; MessagesFile: "ChineseSimplified.isl"

[Tasks]
Name: "desktop"; Description: "在桌面上建立快捷方式"

[InstallDelete]
; Of an older version nothing may be left beside the new one's libraries.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\dist\zhengai\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\zhengai.exe"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\zhengai.exe"; Tasks: desktop

[Registry]
; .zip stays with what opens archives; the program is offered beside it. .age has no other owner.
Root: HKA; Subkey: "Software\Classes\zhengai.bundle"; ValueType: string; ValueData: "{#Name}文件包"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\zhengai.bundle\DefaultIcon"; ValueType: string; ValueData: "{app}\zhengai.exe,0"
Root: HKA; Subkey: "Software\Classes\zhengai.bundle\shell\open\command"; ValueType: string; ValueData: """{app}\zhengai.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.age\OpenWithProgids"; ValueType: string; ValueName: "zhengai.bundle"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.zip\OpenWithProgids"; ValueType: string; ValueName: "zhengai.bundle"; ValueData: ""; Flags: uninsdeletevalue

[Run]
Filename: "{app}\zhengai.exe"; Description: "打开{#Name}"; Flags: nowait postinstall skipifsilent

[Code]
procedure CurUninstallStepChanged(Step: TUninstallStep);
begin
  if (Step = usPostUninstall) and not UninstallSilent then
    MsgBox('{#Name}已卸载。档案数据未动，保留在：' + #13#10 +
      ExpandConstant('{localappdata}\zhengai') + #13#10 +
      '确认不再需要的，请先导出或备份，再自行删除该文件夹。', mbInformation, MB_OK);
end;
